"""What an action asks, in which order, and what it then does: dialogs, controllers and the room below put together.

A flow is a coroutine that gets the `Desk`; it holds no state and no widget.
"""
