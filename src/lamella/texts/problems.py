"""Every problem that lamella can name. Codes never change their meaning.

LAM0xx is about a design, LAM1xx about files and data, LAM2xx about running.
"""

from __future__ import annotations

from lamella.texts.data_problems import DATA_PROBLEMS
from lamella.texts.design_problems import DESIGN_PROBLEMS
from lamella.texts.file_problems import FILE_PROBLEMS
from lamella.texts.picture_problems import PICTURE_PROBLEMS
from lamella.texts.shape_problems import SHAPE_PROBLEMS
from lamella.texts.sight_problems import SIGHT_PROBLEMS

PROBLEMS = DESIGN_PROBLEMS | SHAPE_PROBLEMS | FILE_PROBLEMS | DATA_PROBLEMS | PICTURE_PROBLEMS | SIGHT_PROBLEMS
