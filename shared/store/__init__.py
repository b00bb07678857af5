"""All SQL of the project: one module a table or question, behind plain functions.

A function takes the Store first, reads into records and writes inside one
`writing(store)`. It knows no gateway, template or request.
"""
