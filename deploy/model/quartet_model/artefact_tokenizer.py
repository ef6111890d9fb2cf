"""A tokenizer made of nothing but what an artefact says, as the server makes its own.

The judge of `tokenizer_facts.py`: what was left out there is missing here, too.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from quartet_model.artefact_contents import read_contents, read_extra_file
from quartet_model.byte_pairs import merges_of

TokenIds = Sequence[Sequence[int]]


def artefact_tokenizer(path: Path) -> Callable[[Sequence[str]], TokenIds]:
    manifest = read_contents(path).manifest
    spec = manifest["tokenizer"]
    make = _sentencepiece if spec["kind"] == "sentencepiece" else _wordpiece
    tokenizer = make(spec, read_extra_file(path, spec["file"]))
    tokenizer.enable_truncation(manifest["max_sequence_length"])
    return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]


def _wordpiece(spec: Mapping[str, Any], content: bytes) -> Tokenizer:
    tokens = content.decode().split("\n")[:-1]
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
    return tokenizer


def _sentencepiece(spec: Mapping[str, Any], content: bytes) -> Tokenizer:
    model = sentencepiece_model_pb2.ModelProto.FromString(content)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [(piece.piece, piece.score) for piece in model.pieces[3:]]
    vocabulary = [*((token, 0.0) for token in special), *pieces, ("<mask>", 0.0)]
    if model.trainer_spec.model_type == model.trainer_spec.BPE:
        ids = {piece: place for place, (piece, _) in enumerate(vocabulary)}
        merges = list(merges_of(dict(pieces)))
        tokenizer = Tokenizer(models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True))
    else:
        tokenizer = Tokenizer(models.Unigram(vocabulary, special.index("<unk>")))
    if model.normalizer_spec.precompiled_charsmap:
        tokenizer.normalizer = normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=False, add_prefix_space=False
    )
    mask = AddedToken("<mask>", lstrip=spec["mask_takes_spaces"], special=True)
    tokenizer.add_special_tokens([*special, mask])
    return tokenizer
