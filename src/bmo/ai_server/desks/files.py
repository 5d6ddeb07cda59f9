"""Where models lie."""

from pathlib import Path

from bmo.core.errors import Broken


def found(model: str, models_dir: Path) -> Path:
    """A folder of `models_dir`, or a path. Raises `Broken` when neither is there."""
    path = models_dir / Path(model).expanduser()  # an absolute path stays what it is
    if not path.exists():
        raise Broken(
            f"The model {model} is not in {models_dir}; fetch it with `bmo models pull`.", code="model_missing"
        )
    return path
