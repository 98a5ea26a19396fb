"""The model file: what is in it, how it is written, read and asked."""

import os
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from creditrisk.features import FEATURES, matrix, with_features
from creditrisk.tables import Table

# An image has the model where the pipeline leaves it, so one default serves both.
DEFAULT_PATH = Path("models/baseline_model.joblib")


@dataclass(frozen=True)
class Model:
    """A fitted classifier, with what must be known to use it."""

    classifier: Pipeline
    features: list[str]
    threshold: float

    def probabilities(self, applications: Table) -> np.ndarray:
        """Return each application's probability of default."""
        return self.classifier.predict_proba(matrix(with_features(applications)))[:, 1]


def fit(train: Table, target: np.ndarray, strength: float, threshold: float) -> Model:
    """Fit the model on a table that has the features."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-10))
    classifier.fit(matrix(train), target)
    scaler, regression = classifier[0], classifier[-1]
    # The last bits of a sum depend on the processor. Without them every machine writes the same file.
    scaler.mean_, scaler.scale_, scaler.var_ = (_rounded(x) for x in (scaler.mean_, scaler.scale_, scaler.var_))
    regression.coef_, regression.intercept_ = _rounded(regression.coef_), _rounded(regression.intercept_)
    return Model(classifier, FEATURES, threshold)


def _rounded(values: np.ndarray) -> np.ndarray:
    """Keep eight significant digits."""
    return np.array([float(f"{value:.8g}") for value in values.ravel()]).reshape(values.shape)


def save(model: Model, path: Path) -> None:
    """Write the model file, as plain values so that it does not depend on this class."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "classifier": model.classifier,
        "features": model.features,
        "threshold": model.threshold,
        "scikit_learn": sklearn.__version__,
    }
    joblib.dump(content, path)


def load(path: Path | None = None) -> Model:
    """Read the model file: the given one, that of CREDITRISK_MODEL_PATH, or the default."""
    path = path or Path(os.environ.get("CREDITRISK_MODEL_PATH", DEFAULT_PATH))
    content = joblib.load(path)
    if content["features"] != FEATURES:
        raise ValueError(f"{path} was trained on other features than this code derives")
    return Model(content["classifier"], content["features"], content["threshold"])
