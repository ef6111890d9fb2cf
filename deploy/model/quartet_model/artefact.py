"""Writes and reads the artefact: a TorchScript archive with manifest and tokenizer inside."""

import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from quartet_model.bert_weights import Array
from quartet_model.encoder import Encoder
from quartet_model.packed_encoder import PackedEncoder


def artefact_bytes(encoder: Encoder | PackedEncoder, extra_files: Mapping[str, bytes]) -> bytes:
    with warnings.catch_warnings():
        # torch recommends torch.export instead; what it writes, C++ can run only by way of an
        # ahead-of-time compiled library, not as the one portable file that we want.
        warnings.simplefilter("ignore", DeprecationWarning)
        module = torch.jit.script(encoder)
    # Written to memory, because torch names the archive's root after the file it writes to, and the
    # bytes should not depend on the name of a temporary file.
    buffer = io.BytesIO()
    torch.jit.save(module, buffer, _extra_files=dict(extra_files))
    return _without_debug_records(buffer.getvalue())


def _without_debug_records(archive: bytes) -> bytes:
    """Drops the source positions: they hold paths, so every machine would write other bytes."""
    reader = torch._C.PyTorchFileReader(io.BytesIO(archive))
    output = io.BytesIO()
    writer = torch._C.PyTorchFileWriter(output)
    for record in reader.get_all_records():
        # The writer adds these two on its own.
        if record.endswith(".debug_pkl") or record in ("version", ".data/serialization_id"):
            continue
        content = reader.get_record(record)
        writer.write_record(record, content, len(content))
    writer.write_end_of_file()
    return output.getvalue()


class Artefact:
    """A loaded artefact, called as the server calls it."""

    def __init__(self, path: Path, extra_files: Sequence[str] = ()) -> None:
        found = dict.fromkeys(extra_files, "")
        self._module = torch.jit.load(  # type: ignore[no-untyped-call]
            path, map_location="cpu", _extra_files=found
        )
        self.extra_files: dict[str, bytes] = {
            name: content if isinstance(content, bytes) else content.encode()
            for name, content in found.items()
        }

    def vectors(self, sequences: Sequence[Sequence[int]]) -> Array:
        token_ids = torch.tensor([token for sequence in sequences for token in sequence])
        lengths = torch.tensor([len(sequence) for sequence in sequences])
        with torch.inference_mode():
            return np.asarray(self._module(token_ids, lengths).numpy(), dtype=np.float32)
