"""Pictures of a report's rows: Vega-Lite specifications made here, drawn on the server."""
