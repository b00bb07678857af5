"""Whether two trees of the project show the same pages: a demo is founded, its pages are kept in a
folder, and two such folders are compared."""
