"""The panes below the stack, which look into the network while it learns."""
