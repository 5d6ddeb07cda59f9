"""The 80 things of the COCO data set, in the order and with the names of YOLO models: what every detector says."""

COCO = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
    "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven",
    "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip

_NEVER_PUBLISHED = frozenset({12, 26, 29, 30, 45, 66, 68, 69, 71, 83})
"""Ids of the 90 that were planned; the data set has no picture of them."""

OF_ID = dict(zip((number for number in range(1, 91) if number not in _NEVER_PUBLISHED), COCO, strict=True))
"""The name of each of the data set's own ids, 1 to 90: what TensorFlow models answer with."""
