"""The patient lane: attempts handed to a provider by the thousand."""
