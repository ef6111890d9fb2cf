"""Makes `quartet_model` importable from anywhere, and tiny models to try it on."""

import sys
from pathlib import Path

import pytest

from tiny_model import PREPARATION, VOCABULARY, MakeFolder, tiny_bert, write_json

sys.path.insert(0, str(PREPARATION))


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Writes a tiny sentence-transformers folder, as the library's own models look on disk."""

    def make(pooling: str = "mean", normalize: bool = False, name: str = "tiny") -> Path:
        folder = tmp_path / name
        tiny_bert().save_pretrained(folder)
        (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in VOCABULARY))
        write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer"})
        write_json(folder / "sentence_bert_config.json", {"max_seq_length": 48})
        kinds = {"Transformer": "", "Pooling": "1_Pooling"}
        kinds |= {"Normalize": "2_Normalize"} if normalize else {}
        write_json(
            folder / "modules.json",
            [
                {
                    "idx": i,
                    "name": str(i),
                    "path": path,
                    "type": f"sentence_transformers.models.{k}",
                }
                for i, (k, path) in enumerate(kinds.items())
            ],
        )
        write_json(
            folder / "1_Pooling" / "config.json",
            {
                "word_embedding_dimension": 64,
                "pooling_mode_cls_token": pooling == "cls",
                "pooling_mode_mean_tokens": pooling == "mean",
            },
        )
        return folder

    return make
