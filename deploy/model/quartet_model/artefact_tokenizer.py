"""A tokenizer made of nothing but what an artefact says, as the server makes its own.

The judge of `tokenizer_facts.py`: what was left out there is missing here, too.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from quartet_model.artefact_contents import read_contents, read_extra_file

TokenIds = Sequence[Sequence[int]]


def artefact_tokenizer(path: Path) -> Callable[[Sequence[str]], TokenIds]:
    manifest = read_contents(path).manifest
    spec = manifest["tokenizer"]
    tokens = read_extra_file(path, spec["file"]).decode().split("\n")[:-1]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(
        models.WordPiece(
            vocabulary,
            unk_token=spec["unknown_token"],
            max_input_chars_per_word=spec["max_word_characters"],
        )
    )
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=spec["split_cjk"],
        strip_accents=spec["strip_accents"],
        lowercase=spec["lower_case"],
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        (spec["sep_token"], vocabulary[spec["sep_token"]]),
        (spec["cls_token"], vocabulary[spec["cls_token"]]),
    )
    tokenizer.add_special_tokens(spec["added_tokens"])
    tokenizer.enable_truncation(manifest["max_sequence_length"])
    return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
