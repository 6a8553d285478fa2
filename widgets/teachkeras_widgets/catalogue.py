"""Every word a view shows, in every language it speaks; the words themselves stand in ``words/``, one file a topic.

A label may hold ``{places}`` that the view fills in. The tests hold the languages to the same places.
"""

import pkgutil
from importlib import import_module

from teachkeras.errors import UnknownNameError

from . import words

LANGUAGES = ("en", "zh")
_default = "en"


def _read():
    """``{language: {"topic.key": text}}`` from the files under ``words/``."""
    table = {language: {} for language in LANGUAGES}
    for module in pkgutil.iter_modules(words.__path__):
        for key, texts in import_module(f"{words.__name__}.{module.name}").WORDS.items():
            for language, text in zip(LANGUAGES, texts, strict=True):
                table[language][f"{module.name}.{key}"] = text
    return table


LABELS = _read()


def set_language(language):
    """Choose the language of the views made from now on: ``"en"`` or ``"zh"``; returns the one before.

    >>> set_language("zh")
    'en'
    >>> set_language("en")
    'zh'
    """
    global _default
    before, _default = _default, known(language)
    return before


def known(language):
    """``language`` if the catalogue has it, the default for ``None``; else an error that lists what there is."""
    if language is None:
        return _default
    if language not in LABELS:
        raise UnknownNameError(
            "teachkeras_widgets, language",
            expected=f"one of {', '.join(map(repr, LABELS))}",
            got=repr(language),
            fix='language="en" or language="zh"',
        )
    return language


def labels(language, topic):
    """The labels of one view, their topic cut off: ``labels("en", "live")["pause"]`` is ``"Pause"``.

    Words that all views share (topic ``shared``) are among them, unless the view has its own.
    """
    table = LABELS[language]
    picked = {}
    for head in ("shared.", f"{topic}."):
        picked |= {key.removeprefix(head): text for key, text in table.items() if key.startswith(head)}
    return picked
