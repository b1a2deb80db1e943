"""What the screens know and decide, without widgets: values and functions that can be tested without a terminal."""
