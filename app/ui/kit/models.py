"""The models that the window offers."""

import logging

from app.core.engine_kinds import REFERENCE
from app.core.errors import ModelError
from app.core.language_in_use import tr
from app.core.model_card import load_card, model_ids
from app.core.settings import Settings, thresholds_for, with_values
from app.models.library import card_of, is_file

log = logging.getLogger(__name__)


def model_names() -> dict[str, str]:
    """The name of each model in the language in use, by its id; one with an unreadable card is left out."""
    names = {}
    for model in reversed(model_ids()):
        try:
            names[model] = load_card(model).name[tr.language]
        except ModelError as error:
            log.warning("%s is not offered: %s", model, error)
    return names


def thresholds_of_model(model: str) -> tuple[float, float] | None:
    """The model's own thresholds of a label and a group; None where its card cannot be read just now."""
    try:
        return thresholds_for(card_of(model), 0, 0)
    except ModelError:
        return None


def reference_of_model(model: str) -> str:
    """The engine that is a model's reference; the usual one where its card cannot be read just now."""
    try:
        return card_of(model).reference
    except ModelError:
        return REFERENCE


def with_known_model(settings: Settings) -> Settings:
    """`settings`, with the standard model in place of one that is gone."""
    known = settings.model in model_names() or is_file(settings.model)
    return settings if known else with_values(settings, model=Settings().model)
