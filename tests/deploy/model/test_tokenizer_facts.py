"""tokenizer.json: what the server does exactly is read, everything else refused by name."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from quartet_model.artefact_contents import read_contents
from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from quartet_model.tokenizer_facts import TokenizerFacts, parse_definition, read_tokenizer
from tiny_model import VOCABULARY, MakeFolder, write_json

Definition = dict[str, Any]
Change = Callable[[Definition], Any]


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in VOCABULARY))
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer"})
    definition: Definition = json.loads(
        AutoTokenizer.from_pretrained(folder).backend_tokenizer.to_str()
    )
    return definition


def setting(section: str, **values: Any) -> Change:
    return lambda definition: definition[section].update(values)


def added(content: str, number: int, **values: bool) -> Change:
    token = {"id": number, "content": content, "special": False, "single_word": False}
    token |= {"lstrip": False, "rstrip": False, "normalized": False} | values
    return lambda definition: definition["added_tokens"].append(token)


def roberta_frame(definition: Definition) -> None:
    """Other special tokens, as MPNet's: BERT's under other names."""
    names = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
    words = definition["model"]["vocab"]
    definition["model"]["vocab"] = {names.get(word, word): words[word] for word in words}
    for token in definition["added_tokens"]:
        token["content"] = names.get(token["content"], token["content"])
        token["lstrip"] = token["content"] == "<mask>"
    definition["post_processor"] = {
        "type": "RobertaProcessing",
        "sep": ["</s>", 3],
        "cls": ["<s>", 2],
        "trim_offsets": True,
        "add_prefix_space": False,
    }


BEYOND = len(VOCABULARY)


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        (setting("normalizer", lowercase=False), {"lower_case": False, "strip_accents": False}),
        (setting("normalizer", strip_accents=False), {"lower_case": True, "strip_accents": False}),
        (setting("normalizer", handle_chinese_chars=False), {"split_cjk": False}),
        (setting("model", max_input_chars_per_word=7), {"max_word_characters": 7}),
        (
            added("<x>", BEYOND, rstrip=True),
            {"vocabulary": (*VOCABULARY, "<x>"), "added_tokens": ("<x>",)},
        ),
        (added("people", VOCABULARY.index("people")), {"added_tokens": ("people",)}),
        (roberta_frame, {"cls_token": "<s>", "sep_token": "</s>", "unknown_token": "[UNK]"}),
    ],
)
def test_what_it_asks_for_is_read(bert: Definition, change: Change, facts: Definition) -> None:
    definition = copy.deepcopy(bert)
    change(definition)
    read = parse_definition(json.dumps(definition), "tokenizer.json")
    plain = parse_definition(json.dumps(bert), "tokenizer.json")
    assert isinstance(plain, TokenizerFacts)
    for name, value in facts.items():
        if name == "added_tokens":
            value = tuple(sorted((*plain.added_tokens, *value)))  # noqa: PLW2901
        assert getattr(read, name) == value, name


REFUSALS: list[tuple[Change, str]] = [
    (setting("normalizer", clean_text=False), "normalizer.clean_text is False"),
    (setting("normalizer", type="Lowercase"), "normalizer.type is 'Lowercase'"),
    (lambda d: d.update(normalizer=None), "normalizer.type is None"),
    (lambda d: d.update(pre_tokenizer={"type": "Whitespace"}), "pre_tokenizer.type is 'Whitespa"),
    (setting("model", type="WordLevel"), "model.type is 'WordLevel'; supported is 'WordPiece'"),
    (setting("model", continuing_subword_prefix="@"), "continuing_subword_prefix is '@'"),
    (setting("model", max_input_chars_per_word=0), "max_input_chars_per_word is 0; supported is 1"),
    (setting("model", unk_token="<unk>"), "model.vocab lacks the special token '<unk>'"),
    (lambda d: d["model"]["vocab"].update(gap=BEYOND + 1), "ids of model.vocab are not 0, 1, 2"),
    (lambda d: d["model"]["vocab"].update({"a ": BEYOND}), "'a ' has a line break or a space"),
    (lambda d: d["model"]["vocab"].update({"a\nb": BEYOND}), "has a line break"),
    (added("<x>", BEYOND, normalized=True), "'<x>' has normalized true; supported is false"),
    (added("<x>", BEYOND, single_word=True), "'<x>' has single_word true; supported is false"),
    (added("<x>", BEYOND + 1), f"'<x>' has the id {BEYOND + 1}; supported is {BEYOND}, the"),
    (added("x", 3), "'x' has the id 3; supported is"),
    (added("foo", BEYOND), "'foo' is not in model.vocab; supported then are only tokens with a"),
    (
        lambda d: d["post_processor"]["single"].pop(),
        r"post_processor makes \[CLS\] A of a text A, in the segments \[0\]; supported is one",
    ),
    (
        lambda d: d["post_processor"]["single"][1]["Sequence"].update(type_id=1),
        r"in the segments \[0, 1\]",
    ),
    (
        lambda d: d["post_processor"]["special_tokens"]["[CLS]"].update(ids=[7]),
        r"post_processor gives '\[CLS\]' the ids \[7\], model.vocab 2",
    ),
    (lambda d: d.pop("added_tokens"), "no tokenizer's definition: KeyError"),
    (lambda d: d.update(model=[]), "no tokenizer's definition: "),
]


@pytest.mark.parametrize(("change", "message"), REFUSALS)
def test_what_the_server_does_not_do_exactly_is_refused(
    bert: Definition, change: Change, message: str
) -> None:
    definition = copy.deepcopy(bert)
    change(definition)
    with pytest.raises(PreparationError, match=message) as failure:
        parse_definition(json.dumps(definition), "a/tokenizer.json")
    assert str(failure.value).startswith("a/tokenizer.json")
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            setting("normalizer", lowercase=False),
            "lower_case is False, but what transformers makes",
        ),
        (setting("model", max_input_chars_per_word=7), "max_word_characters is 7, but what"),
        (added("<x>", BEYOND), "vocabulary is .* tokens, the last '<x>', but"),
    ],
)
def test_a_file_that_contradicts_what_runs_is_refused(
    bert: Definition, tmp_path: Path, change: Change, message: str
) -> None:
    definition = copy.deepcopy(bert)
    change(definition)
    write_json(tmp_path / "tokenizer.json", definition)
    with pytest.raises(PreparationError, match=message):
        read_tokenizer(json.dumps(bert), tmp_path)
    write_json(tmp_path / "tokenizer.json", bert)
    read_tokenizer(json.dumps(bert), tmp_path)


# The gate compares the ids of texts with these tokens, too.
@pytest.mark.parametrize("change", [roberta_frame, setting("model", max_input_chars_per_word=7)])
def test_such_a_model_is_exported_with_equal_ids(
    bert: Definition, make_folder: MakeFolder, tmp_path: Path, change: Change
) -> None:
    folder = make_folder()
    definition = copy.deepcopy(bert)
    change(definition)
    write_json(folder / "tokenizer.json", definition)
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
    if change is roberta_frame:
        config["pad_token"] = "<pad>"
    write_json(folder / "tokenizer_config.json", config)
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    tokenizer = read_contents(tmp_path / "tiny.pt").manifest["tokenizer"]
    assert tokenizer["cls_token"] == ("<s>" if change is roberta_frame else "[CLS]")


def test_a_text_that_is_cut_at_its_beginning_is_refused(
    make_folder: MakeFolder, tmp_path: Path
) -> None:
    folder = make_folder()
    config = {"tokenizer_class": "BertTokenizer", "truncation_side": "left"}
    write_json(folder / "tokenizer_config.json", config)
    with pytest.raises(
        PreparationError, match="truncation_side of tokenizer_config.json is 'left'"
    ):
        export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
