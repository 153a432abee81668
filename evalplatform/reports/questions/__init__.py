"""Which figures a project's data allow, each asked as a question that is answered only when somebody wants it."""
