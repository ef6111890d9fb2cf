// What Unicode 17 says of characters where grapheme clusters break, and utf8proc 2.8 (Unicode 15)
// does not.
#ifndef QUARTET_TOKENIZATION_CLUSTER_CHARACTERS_H_
#define QUARTET_TOKENIZATION_CLUSTER_CHARACTERS_H_

namespace quartet {

// The character itself, or one that utf8proc knows to break clusters as this one does.
char32_t ClusterStandIn(char32_t code_point);

// Indic_Conjunct_Break, for rule GB9c.
bool IsConjunctConsonant(char32_t code_point);
bool IsConjunctLinker(char32_t code_point);

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_CLUSTER_CHARACTERS_H_
