"""The disk: collections, settings, state, trust, body files. The only importer of TOML libraries; imports only `model`.

Nothing here sends, prompts or draws. What is wrong with a file comes as `Problem` values with line and column.
"""
