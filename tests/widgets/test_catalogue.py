import re
from pathlib import Path

import pytest

import teachkeras_widgets
from teachkeras.errors import UnknownNameError
from teachkeras_widgets import catalogue

TOPICS = [
    ("live", "live*.js"),
    ("neuron", "neuron*.js"),
    ("curves", "curves*.js"),
    ("steps", "step_*.js"),
    ("activations", "activations.js"),
    ("gradients", "gradients.js"),
]
STATIC = Path(catalogue.__file__).parent / "static"


def places(text):
    return sorted(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", catalogue.LABELS)
def test_every_language_says_everything(language):
    english, other = catalogue.LABELS["en"], catalogue.LABELS[language]
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert text.strip() and places(text) == places(english[key]), key


def test_chinese_is_chinese():
    english, chinese = catalogue.LABELS["en"], catalogue.LABELS["zh"]
    said = lambda text: re.search("[a-z]{2}", re.sub(r"{\w+}", "", text))  # noqa: E731
    same = {key for key, text in chinese.items() if text == english[key] and said(text)}
    assert not same


@pytest.mark.parametrize("topic, pattern", TOPICS)
def test_every_label_a_page_asks_for_is_there(topic, pattern):
    asked = {key for file in STATIC.glob(pattern) for key in re.findall(r'\bsay\("([\w.]+)"', file.read_text("utf-8"))}
    assert asked and asked <= catalogue.labels("en", topic).keys()


def test_default_language_and_unknown_ones():
    before = teachkeras_widgets.set_language("zh")
    try:
        assert teachkeras_widgets.Neuron().labels["bias"] == "偏置"
        assert teachkeras_widgets.Neuron(language="en").labels["bias"] == "bias"
    finally:
        teachkeras_widgets.set_language(before)
    with pytest.raises(UnknownNameError, match="'en', 'zh'"):
        teachkeras_widgets.Neuron(language="fr")
