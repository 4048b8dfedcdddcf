"""When an answer is certain, and what is said when it is not.

The rule, on calibrated probabilities (the thresholds are the user's, the model card's or the defaults:
`app.core.settings.thresholds_for`; the measurement behind them is in docs/certainty.md):

1. the likeliest label reaches the first threshold: the answer is that label, with its group if it has one;
2. otherwise the deepest group whose members together (or, where labels do not exclude each other, one of
   whose members) reach the second one: "not sure, looks like …";
3. otherwise: "not sure".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.probabilities import probabilities_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.core.model_card import ModelCard
    from app.core.results import GroupScore, Prediction
    from app.labels import LabelSet


def judge(
    logits: NDArray[np.float32],
    labels: LabelSet,
    card: ModelCard,
    top_k: int,
    thresholds: tuple[float, float],
) -> tuple[tuple[Prediction, ...], GroupScore | None, bool]:
    """Predictions, group and certainty for `logits [C]`; `thresholds` are those of a label and a group."""
    probabilities = probabilities_of(logits, card)
    predictions = labels.top_k(probabilities, top_k, logits)
    certain_threshold, group_threshold = thresholds
    certain = predictions[0].score >= certain_threshold
    scores = labels.group_scores(
        probabilities,
        exclusive=card.outputs.activation == "softmax",
        # A label's own group is no less likely than the label.
        at_least=predictions[0].score if certain else group_threshold,
    )
    if certain:
        own = next((score for score in scores if score.path == predictions[0].group), None)
        return predictions, own, True
    return predictions, labels.likely_group(scores, group_threshold), False
