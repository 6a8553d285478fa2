"""Training: what ``compile``, ``fit``, ``evaluate`` and ``predict`` do.

``trainer`` holds the methods of a model, ``loop`` the walk through epochs and batches, ``compiled`` losses and
metrics as ``compile`` was given them, ``callback`` what is told along the way, ``control`` how a run is paused,
stepped and stopped from outside.
"""
