"""What a run leaves behind: the records, their files and JSON Schemas, reading and writing.

Every other room meets the others only through these files. Instants are UTC nanoseconds.
"""
