"""The statements that are made for every call, spelled out where Django would compose them anew each time."""
