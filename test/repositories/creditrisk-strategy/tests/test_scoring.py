"""The model's arithmetic."""

from creditrisk import scoring


def test_a_model_without_weights_knows_nothing() -> None:
    assert scoring.probability({"intercept": 0.0, "weights": {}}, {}) == 0.5


def test_a_fitted_model_orders_its_training_data() -> None:
    rows = [{"x": x / 10, "target": float(x > 5)} for x in range(11)]
    model = scoring.fit(rows, ["x"], rate=1.0, iterations=200, l2=0.0)
    assert scoring.measure(model, rows, 0.5)["roc_auc"] == 1.0
