"""Everything that runs: data, programs, inference, results, the command line."""
