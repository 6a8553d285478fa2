"""Every word a view shows, one file a topic, every language side by side, so that none can be forgotten."""
