SYNTAX = {}
