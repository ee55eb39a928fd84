"""Real results: every experiment that the site shows as recorded, each made anew by `make experiments`.

An experiment is a training run with its figures and pictures. What is recorded of it is small: RECORDS/NAME/record.json
(figures, command, data digests, steps, seed, versions, device, date) and a few pictures.
"""

from models.experiments.catalogue import CATALOGUE, Experiment
from models.experiments.record import COMPARISON, RECORDS, families, records

__all__ = ["CATALOGUE", "COMPARISON", "Experiment", "RECORDS", "families", "records"]
