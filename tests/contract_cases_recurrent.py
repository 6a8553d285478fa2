"""How the contract builds and feeds embedding and recurrent layers.

Cells take states too, and layers around other layers compute in those layers' number type: what they compute is tested
in tests/parity/test_recurrent_parity.py and test_wrappers_parity.py, here their configs and names.
"""

from teachkeras.layers import Dense, SimpleRNN, SimpleRNNCell

CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell")
WHOLE = ("LSTM", "GRU", "SimpleRNN")
ARGUMENTS = {
    **{name: {"units": 3} for name in (*CELLS, *WHOLE)},
    "RNN": {"cell": SimpleRNNCell(3)},
    "StackedRNNCells": {"cells": [SimpleRNNCell(3), SimpleRNNCell(2)]},
    "Bidirectional": {"layer": SimpleRNN(3)},
    "TimeDistributed": {"layer": Dense(3)},
    "Wrapper": {"layer": Dense(3)},
    **{name: {"filters": 2, "kernel_size": 2} for name in ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")},
    "Embedding": {"input_dim": 4, "output_dim": 3}, "ReversibleEmbedding": {"input_dim": 4, "output_dim": 3},
}
SHAPES = {
    **{name: [] for name in (*CELLS, "RNN", "StackedRNNCells", "Bidirectional", "TimeDistributed", "Wrapper")},
    **{name: [(2, 3, 4)] for name in WHOLE},
    "ConvLSTM1D": [(2, 3, 4, 2)],
    "ConvLSTM2D": [(2, 2, 3, 4, 2)],
    "ConvLSTM3D": [(1, 2, 3, 2, 2, 1)],
    "Masking": [(2, 3, 4)],
}
INTEGERS = {"Embedding", "ReversibleEmbedding"}
