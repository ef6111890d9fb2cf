"""What a command's NAME or DIR means: a model of the catalogue, or a folder of the user's.

Quick: decides without torch.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quartet_model.catalogue import Entry, read_catalogue
from quartet_model.digests import tree_digest
from quartet_model.errors import PreparationError
from quartet_model.paths import CATALOGUE, LOCK, PREPARATION, source_folder
from quartet_model.sources_lock import Pins, read_lock


@dataclass(frozen=True)
class WantedModel:
    name: str
    folder: Path  # of a model of the catalogue: where it will be
    entry: Entry | None  # None: a folder of the user's

    def pins(self) -> Pins:
        """Of a model of the catalogue."""
        lock = read_lock(LOCK)
        if self.name not in lock:
            raise PreparationError(
                f"{self.name} is not in {LOCK.name}: this project has not seen its files; "
                f"`prepare.py fetch {self.name} --pin` takes what the hub has now and pins it"
            )
        return lock[self.name]

    def identity(self) -> str:
        """Changes with anything that the artefact is made from."""
        if self.entry is not None:
            return sha256(f"{self.entry} {self.pins()}".encode()).hexdigest()
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return tree_digest(files, self.folder)

    def ensure_folder(self) -> Path:
        """Fetches a model of the catalogue, unless it is there and whole."""
        if self.entry is not None:
            # Torch and its company: not before it is sure that they are needed.
            from quartet_model.model_source import ensure_source

            template = PREPARATION / "folder_templates" / self.name
            ensure_source(self.entry.hub, self.pins(), template, self.folder)
        return self.folder


def find_model(name_or_folder: str | None) -> WantedModel:
    """None: the default model. A folder whose name is also a model's is meant by ./NAME."""
    catalogue = read_catalogue(CATALOGUE)
    name = name_or_folder or catalogue.default
    if name in catalogue.entries:
        return WantedModel(name, source_folder(name), catalogue.entries[name])
    folder = Path(name)
    if folder.is_dir():
        return WantedModel(folder.resolve().name, folder, None)
    known = ", ".join(catalogue.entries)
    raise PreparationError(f"{name} is neither a folder nor a model of the catalogue ({known})")
