"""The same models in raw PyTorch, with its own loop: what an engine without Keras's comforts takes.

PyTorch's recurrent layers have no recurrent dropout; the sequences are otherwise the same.
"""

import numpy as np

from tests.benchmarks.documents import VGG16, WORDS


def build(torch, name, settings):
    """Return (module, loss function, optimizer) of a case; without the last two if it only predicts; None if it has no twin."""
    nn = torch.nn
    make = {"mlp": _mlp, "cnn": _cnn, "vgg16": _vgg16, "lstm": _reviews, "gru": _reviews, "rnn": _reviews}.get(
        name.split("-")[0]
    )
    if make is None:
        return None
    module = make(torch, nn, **settings)
    if name == "vgg16":
        return module.eval(), None, None
    sigmoids = name in ("lstm", "gru", "rnn")
    loss = nn.BCEWithLogitsLoss() if sigmoids else nn.CrossEntropyLoss()
    rate = {"sgd": torch.optim.SGD}.get(settings.get("optimizer"), torch.optim.Adam)
    return module, loss, rate(module.parameters(), lr=0.01 if rate is torch.optim.SGD else 0.001)


def _mlp(torch, nn, inputs, width, dropout=0.0, optimizer="adam", depth=1, batch=None):
    stack = []
    for k in range(depth):
        stack += [nn.Linear(width if k else inputs, width), nn.ReLU()] + ([nn.Dropout(dropout)] if dropout else [])
    return nn.Sequential(*stack, nn.Linear(width, 10))


def _cnn(torch, nn, batch=None):
    return nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def _vgg16(torch, nn, batch=None):
    stack, channels = [], 3
    for filters in VGG16:
        stack += [nn.MaxPool2d(2)] if filters is None else [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
        channels = filters or channels
    stack += [nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    return nn.Sequential(*stack, nn.Softmax(1))


def _reviews(torch, nn, kind, length, dropout, recurrent_dropout, batch=None):
    class Reviews(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.drop = nn.Embedding(WORDS, 32), nn.Dropout1d(0.4)
            self.input_drop = nn.Dropout(dropout)
            self.steps = {"LSTM": nn.LSTM, "GRU": nn.GRU, "SimpleRNN": nn.RNN}[kind](32, 100, batch_first=True)
            self.out = nn.Linear(100, 2)

        def forward(self, x):
            x = self.drop(self.words(x).transpose(1, 2)).transpose(1, 2)
            hidden, _ = self.steps(self.input_drop(x))
            return self.out(hidden[:, -1])

    return Reviews()


class Loop:
    """What a PyTorch tutorial writes: shuffled batches, loss, backward, step, the accuracy on the side."""

    def __init__(self, torch, name, settings):
        self.torch, self.batch = torch, settings["batch"]
        self.parts = build(torch, name, settings)

    def load(self, x, y):
        """Take the data once, as tensors in PyTorch's layout."""
        if x.ndim == 4:
            x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
        self.x = self.torch.from_numpy(x).long() if x.dtype.kind == "i" else self.torch.from_numpy(x)
        self.y = None if y is None else self.torch.from_numpy(y)

    def run(self):
        """Train one epoch, or predict all."""
        torch, (module, loss_of, optimizer) = self.torch, self.parts
        if loss_of is None:
            with torch.inference_mode():
                for start in range(0, len(self.x), self.batch):
                    module(self.x[start : start + self.batch])
            return
        order, right = torch.randperm(len(self.x)), 0
        for start in range(0, len(order), self.batch):
            some = order[start : start + self.batch]
            y = self.y[some]
            optimizer.zero_grad()
            z = module(self.x[some])
            loss = loss_of(z, y)
            loss.backward()
            optimizer.step()
            float(loss.detach())  # as every tutorial prints it
            right += (z.detach().argmax(1) == (y.argmax(1) if y.ndim > 1 else y)).sum()
