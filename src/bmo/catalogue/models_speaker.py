"""The model that tells voices apart."""

from bmo.catalogue.record import Converted, Licence, Model, ModelFile, OwnFile, WheelMember, WheelPieces

SPEAKER = "resemblyzer"

_TRAINED = WheelMember(
    "resemblyzer==0.1.4",
    15_747_704,
    "resemblyzer/pretrained.pt",
    17_090_379,
    "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
)

MODELS = (
    Model(
        name=SPEAKER,
        title="Resemblyzer",
        purpose="knows people by their voice",
        licence=Licence("Apache-2.0", True, "Free for any use, also commercial, with its notice kept."),
        memory_mb=40,
        files=(
            ModelFile(
                "resemblyzer.onnx",
                5_695_240,
                "b98ab7496614590f0ea2bc219e9ade10335d0f2c976783e1137bfd85d4c0c351",
                (OwnFile("resemblyzer.onnx"), Converted(WheelPieces((_TRAINED,)), "resemblyzer")),
            ),
        ),
    ),
)
"""In the order they are pulled."""
