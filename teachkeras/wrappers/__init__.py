"""Models for scikit-learn: estimators around them, for its pipelines, searches and scores."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
