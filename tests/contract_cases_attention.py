"""How the contract builds and feeds the attention layers."""

ARGUMENTS = {
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 3},
    "GroupedQueryAttention": {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
}
PAIR, NAMED = [(2, 3, 4), (2, 5, 4)], {"query": (2, 3, 4), "value": (2, 5, 4)}
SHAPES = {
    "Attention": [PAIR, [*PAIR, (2, 5, 4)]], "AdditiveAttention": [PAIR], "MultiHeadAttention": [NAMED, NAMED | {"key": (2, 5,
        6)}], "GroupedQueryAttention": [NAMED],
}  # fmt: skip
