from pathlib import Path

import numpy as np
import pytest

from quartet_model.bert_weights import Weights
from quartet_model.digests import check_file_digest, file_digest, weights_digest
from quartet_model.errors import PreparationError

WEIGHTS: Weights = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.ones(3, dtype=np.float32),
}


def test_a_wrong_file_is_named_with_both_digests(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"other")
    with pytest.raises(PreparationError) as failure:
        check_file_digest(path, "0" * 64)
    message = str(failure.value)
    assert "weights.bin" in message
    assert "0" * 64 in message
    assert file_digest(path) in message
    assert "\n" not in message


def test_a_right_file_passes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    check_file_digest(path, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


def test_the_weights_digest_does_not_depend_on_order_or_storage() -> None:
    transposed = np.asfortranarray(WEIGHTS["a"])
    assert weights_digest({"b": WEIGHTS["b"], "a": transposed}) == weights_digest(WEIGHTS)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({**WEIGHTS, "b": WEIGHTS["b"] * np.float32(1.0000001)}, id="value"),
        pytest.param({**WEIGHTS, "a": WEIGHTS["a"].reshape(3, 2)}, id="shape"),
        pytest.param({"a": WEIGHTS["a"], "c": WEIGHTS["b"]}, id="name"),
        pytest.param({"a": WEIGHTS["a"]}, id="missing"),
    ],
)
def test_the_weights_digest_sees_every_change(changed: Weights) -> None:
    assert weights_digest(changed) != weights_digest(WEIGHTS)
