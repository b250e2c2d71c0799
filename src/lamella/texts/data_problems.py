"""What can be wrong with data to learn from, with pictures and with where files are written (LAM1xx)."""

from __future__ import annotations

from typing import Final

from lamella.texts.problem_text import ProblemText, entry

DATA_PROBLEMS: Final[dict[str, ProblemText]] = {
    # Data and pictures
    "data unknown": entry(
        "LAM120",
        "There is no data set {received:value}.",
        "{received:value} 데이터는 없습니다.",
        "Use digits (embedded), mnist:FOLDER (the four IDX files, gzipped or not) or folder:FOLDER (PNG and JPEG pictures).",
        "digits(내장), mnist:폴더(IDX 파일 네 개, gzip 가능), folder:폴더(PNG, JPEG 이미지) 가운데 하나를 쓰세요.",
    ),
    "data file missing": entry(
        "LAM121",
        "The folder has no {expected}, gzipped or not.",
        "폴더에 {expected} 파일이 없습니다(gzip 포함).",
        "It needs {known:list}, each with or without .gz.",
        "필요한 파일: {known:list}. 각각 .gz 여도 됩니다.",
    ),
    "data file broken": entry(
        "LAM122",
        "This is not a whole IDX file: {reason}.",
        "온전한 IDX 파일이 아닙니다: {reason}.",
        "Get the file again.",
        "파일을 다시 받아 주세요.",
    ),
    "data shape": entry(
        "LAM123",
        "The images of {data} are {received}, the design's input is {expected}.",
        "{data}의 이미지는 {received}, 설계의 입력은 {expected}입니다.",
        "Set input: {received}.",
        "이렇게 적어 주세요: input: {received}.",
    ),
    "no pictures": entry(
        "LAM130",
        "There is no PNG or JPEG picture in it.",
        "PNG나 JPEG 이미지가 없습니다.",
        "Name a picture or a folder that holds some.",
        "이미지 파일이나 이미지가 든 폴더를 적어 주세요.",
    ),
    "picture unreadable": entry(
        "LAM131",
        "The picture can't be read: {reason}.",
        "이미지를 읽을 수 없습니다: {reason}.",
        "Give a whole PNG or JPEG.",
        "온전한 PNG나 JPEG 파일을 주세요.",
    ),
    "pictures unreadable": entry(
        "LAM125",
        "{broken} of {count} pictures can't be read; the first {shown} follow.",
        "이미지 {count}장 가운데 {broken}장을 읽을 수 없습니다. 처음 {shown}장은 다음과 같습니다.",
        "Save them again as PNG or JPEG, or take them out of the folder.",
        "PNG나 JPEG로 다시 저장하거나 폴더에서 빼 주세요.",
    ),
    "path missing": entry(
        "LAM132",
        "There is no such file or folder.",
        "그런 파일이나 폴더가 없습니다.",
        "{suggestion}",
        "{suggestion}",
    ),
    "not writable": entry(
        "LAM133",
        "It can't be written: {reason}.",
        "쓸 수 없습니다: {reason}.",
        "Choose another place with {option}.",
        "다른 곳을 골라 주세요: {option}.",
    ),
    "pixels not numbers": entry(
        "LAM136",
        "The picture has pixels that are not numbers (NaN), which no file can hold.",
        "수가 아닌 픽셀(NaN)이 있어 이미지 파일로 쓸 수 없습니다.",
        "Train the network again, with a lower learning rate: its numbers have grown too large.",
        "네트워크 안의 값이 너무 커졌습니다. 더 낮은 학습률로 다시 학습해 주세요.",
    ),
    "file exists": entry(
        "LAM135",
        "The file exists already and was left as it is.",
        "파일이 이미 있어 그대로 두었습니다.",
        "Rename or remove it, or write to another place.",
        "그 파일의 이름을 바꾸거나 지우거나, 다른 곳에 쓰세요.",
    ),
    "output is input": entry(
        "LAM134",
        "The restored picture would replace the picture it is made from.",
        "복원한 이미지가 원본 이미지를 덮어쓰게 됩니다.",
        "Choose another folder with -o.",
        "-o 로 다른 폴더를 골라 주세요.",
    ),
    "data changed": entry(
        "LAM126",
        "The images of {data} are not those that the run was trained with: their fingerprint is {received}, in the run {expected}.",
        "{data}의 이미지가 학습할 때와 다릅니다. 지금의 지문은 {received}, 실행에 적힌 지문은 {expected}입니다.",
        "Give the very images that it was trained with.",
        "학습할 때 쓴 바로 그 이미지가 필요합니다.",
    ),
    "data few": entry(
        "LAM124",
        "{data} has {train} training and {test} test images; training needs at least 2 and 1.",
        "{data}: 학습 이미지 {train}장, 테스트 이미지 {test}장입니다. 적어도 2장과 1장이 필요합니다.",
        "Add images.",
        "이미지를 더 넣어 주세요.",
    ),
}
