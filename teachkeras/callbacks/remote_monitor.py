"""RemoteMonitor: the numbers of every epoch to a web server."""

import json
import urllib.error
import urllib.parse
import urllib.request
import warnings

import numpy as np

from teachkeras.training.callback import Callback

TIMEOUT = 10  # seconds


class RemoteMonitor(Callback):
    """Post each epoch's numbers to a server.

    Args:
        root: The server's address.
        path: What is appended to it.
        field: The form field that holds the JSON text; used unless ``send_as_json``.
        headers: More HTTP headers.
        send_as_json: Whether the body is JSON itself instead of a form.

    A server that can't be reached brings a warning; training goes on.

    Example:
        >>> RemoteMonitor("http://localhost:9000", send_as_json=True).body({"epoch": 0, "loss": 0.5})
        (b'{"epoch": 0, "loss": 0.5}', 'application/json')

    Source: ``keras.callbacks.RemoteMonitor``.
    """

    def __init__(self, root="http://localhost:9000", path="/publish/epoch/end/", field="data", headers=None,
                 send_as_json=False):  # fmt: skip
        super().__init__()
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json

    def body(self, numbers: dict) -> tuple[bytes, str]:
        """Return what is posted, and its content type."""
        text = json.dumps(numbers)
        if self.send_as_json:
            return text.encode(), "application/json"
        return urllib.parse.urlencode({self.field: text}).encode(), "application/x-www-form-urlencoded"

    def on_epoch_end(self, epoch, logs=None):
        """Post the numbers."""
        numbers = {"epoch": epoch}
        for name, value in (logs or {}).items():
            numbers[name] = value.item() if isinstance(value, (np.ndarray, np.generic)) else value
        data, kind = self.body(numbers)
        headers = {"Content-Type": kind, **(self.headers or {})}
        try:
            request = urllib.request.Request(self.root + self.path, data, headers)
            urllib.request.urlopen(request, timeout=TIMEOUT).close()
        except urllib.error.HTTPError as error:
            error.close()  # the server was reached; what it makes of the numbers is its business, as in Keras
        except OSError:
            warnings.warn(f"Could not reach RemoteMonitor root server at {self.root}", stacklevel=2)
