"""Every architecture and head gives sentence-transformers' vectors, at every length.

The models are small and of random weights (`small_oracles.py`), the architectures real.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from graphs import FUSED, check, graphs, vectors
from quartet_model.architectures import architecture_of
from quartet_model.artefact import Artefact
from quartet_model.checkpoint import read_weights
from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from quartet_model.head_shape import POOLINGS
from quartet_model.oracle import Oracle
from quartet_model.packed_encoder import UnservedModelError, build_packed_encoder
from quartet_model.sentence_folder import read_sentence_folder
from small_oracles import (
    MOST_TOKENS,
    PADDING_ID,
    WORDS,
    dense,
    normalize,
    oracle_vector,
    save_small_model,
    small_encoder,
)

LENGTHS = (1, 2, 3, 17, 127, 128, 129, 511, 512)
BATCHES = ((1, 512, 17, 128), (2, 3, 511, 127), (129, 128, 1, 512))

Modules = tuple[torch.nn.Module, ...]
IDENTITY, TANH = torch.nn.Identity(), torch.nn.Tanh()
HEADS: dict[str, tuple[str, Callable[[], Modules]]] = {
    **{pooling: (pooling, lambda: ()) for pooling in POOLINGS},
    "mean, Normalize": ("mean", lambda: (normalize(),)),
    "weightedmean, Normalize": ("weightedmean", lambda: (normalize(),)),
    "cls, Dense of Tanh": ("cls", lambda: (dense(96, TANH),)),
    "mean, Dense, Normalize": ("mean", lambda: (dense(32, IDENTITY), normalize())),
    "max, two Dense": (
        "max",
        lambda: (dense(48, torch.nn.GELU(), bias=False), dense(80, torch.nn.ReLU(), inputs=48)),
    ),
    "mean, Normalize, Dense": ("mean", lambda: (normalize(), dense(24, torch.nn.Sigmoid()))),
}
# Each head on one architecture, each architecture with the heads that trained models have.
CASES = [
    *(("bert", head) for head in HEADS),
    *((kind, head) for kind in (*FUSED[1:], "mpnet") for head in ("mean", "cls, Dense of Tanh")),
]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """As export_artefact has it: the threads of such small models cost more than they save."""
    torch.set_num_threads(1)


def ids(length: int) -> list[int]:
    """Of any tokens; among them is the padding, which a text can name."""
    generator = np.random.default_rng(seed=length)
    return [int(number) for number in generator.integers(len(WORDS), size=length)]


@pytest.mark.parametrize(("kind", "head"), CASES)
def test_vectors_equal_sentence_transformers_at_every_length(
    tmp_path: Path, kind: str, head: str
) -> None:
    pooling, after = HEADS[head]
    folder = save_small_model(tmp_path, kind, pooling, after())
    oracle = SentenceTransformer(str(folder), device="cpu")
    wanted = {length: oracle_vector(oracle, ids(length)).numpy() for length in LENGTHS}
    for name, graph in graphs(read_sentence_folder(folder), MOST_TOKENS).items():
        for batch in (*((length,) for length in LENGTHS), *BATCHES):
            found = vectors(graph, [ids(length) for length in batch])
            check(found, np.stack([wanted[length] for length in batch]), f"{name}, {batch}")


@pytest.mark.parametrize("kind", [*FUSED, "mpnet"])
def test_an_artefact_says_its_architecture_and_how_it_is_computed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    folder = save_small_model(tmp_path, kind, "lasttoken", (dense(32, TANH), normalize()))
    export_artefact(folder, "small", tmp_path / "small.pt", "fp32")
    artefact = Artefact(tmp_path / "small.pt", ["manifest.json"])
    manifest = json.loads(artefact.extra_files["manifest.json"])
    assert [manifest[key] for key in ("architecture", "pooling", "normalized", "dimension")] == [
        kind,
        "lasttoken",
        True,
        32,
    ]
    module = torch.jit.load(tmp_path / "small.pt").eval()  # type: ignore[no-untyped-call]
    kept = [method for method in ("warm_up_thread", "path") if hasattr(module, method)]
    batch = [ids(5), ids(9)]
    assert np.array_equal(vectors(torch.jit.freeze(module, kept), batch), artefact.vectors(batch))
    how = "; lasttoken pooling, Dense, Normalize in plain operators"
    if kind == "mpnet":
        how = "in plain operators, which are slower: the fused encoder has no relative attention"
    assert how in capsys.readouterr().out


@pytest.mark.parametrize("kind", [*FUSED, "mpnet"])
def test_a_text_of_513_tokens_is_cut_to_512(tmp_path: Path, kind: str) -> None:
    folder = save_small_model(tmp_path, kind, "lasttoken")
    oracle = Oracle(folder)
    text = " ".join(["the"] * (MOST_TOKENS - 1))
    assert len(oracle.token_ids([text], truncate=False)[0]) == MOST_TOKENS + 1
    sequences = oracle.token_ids([text])
    assert len(sequences[0]) == MOST_TOKENS
    for name, graph in graphs(read_sentence_folder(folder), MOST_TOKENS).items():
        check(vectors(graph, sequences), oracle.vectors([text]), name)
        with pytest.raises(RuntimeError, match="513|out of"):
            vectors(graph, [[7] * (MOST_TOKENS + 1)])  # none is padding, which RoBERTa leaves out


def test_padding_in_a_text_is_not_counted_by_robertas_positions(tmp_path: Path) -> None:
    folder = save_small_model(tmp_path, "roberta", "lasttoken")
    oracle = SentenceTransformer(str(folder), device="cpu")
    for graph in graphs(read_sentence_folder(folder), MOST_TOKENS).values():
        for inside in ([7, PADDING_ID, 8, 9], [PADDING_ID] * 3, [7, 8, PADDING_ID, PADDING_ID]):
            wanted = oracle_vector(oracle, inside).numpy()[None]
            check(vectors(graph, [inside]), wanted, str(inside))


@pytest.mark.parametrize(
    ("kind", "key", "value", "message"),
    [
        ("distilbert", "activation", "relu", "activation is 'relu'; supported is 'gelu'"),
        ("distilbert", "n_heads", 3, "dim 64 is no multiple of n_heads 3"),
        ("distilbert", "n_layers", 0, "n_layers is 0; it must be a number above 0"),
        ("mpnet", "hidden_act", "gelu_new", "hidden_act is 'gelu_new'"),
        ("mpnet", "relative_attention_num_buckets", 64, "num_buckets is 64; supported is 32"),
        ("roberta", "pad_token_id", None, "pad_token_id is None"),
        ("roberta", "position_embedding_type", "relative_key", "is 'relative_key'; supported"),
        ("xlm-roberta", "is_decoder", True, "is_decoder is True; supported is False"),
        ("xlm-roberta", "layer_norm_eps", 0, "layer_norm_eps is 0; it must"),
    ],
)
def test_a_setting_that_the_encoder_does_not_compute_is_refused(
    kind: str, key: str, value: object, message: str
) -> None:
    config = small_encoder(kind).config.to_dict()
    path = Path("config.json")
    architecture = architecture_of(config, path)
    architecture.read_shape(config, path)
    with pytest.raises(PreparationError, match=f"^config.json: .*{message}"):
        architecture.read_shape(config | {key: value}, path)


def test_mpnet_is_refused_in_a_precision_that_only_the_fused_encoder_has(tmp_path: Path) -> None:
    folder = save_small_model(tmp_path, "mpnet", "mean")
    with pytest.raises(PreparationError, match=r"relative attention bias; --precision fp32"):
        export_artefact(folder, "small", tmp_path / "out" / "small.pt", "int8")
    assert list((tmp_path / "out").iterdir()) == []
    shape = read_sentence_folder(folder)
    with pytest.raises(UnservedModelError):
        build_packed_encoder(shape.shape, read_weights(shape), shape.head, 512, "fp32")


def test_a_tokenizer_of_byte_pairs_is_refused_in_one_line(tmp_path: Path) -> None:
    from tokenizers import ByteLevelBPETokenizer

    folder = save_small_model(tmp_path, "roberta", "mean")
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(["the people of the world"], vocab_size=270)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}'
    )
    with pytest.raises(PreparationError, match="tokenizer") as failure:
        export_artefact(folder, "small", tmp_path / "out" / "small.pt", "fp32")
    assert "\n" not in str(failure.value)
    assert not (tmp_path / "out").exists()
