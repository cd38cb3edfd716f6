"""What every comparison needs: environments, workers, the machine, tables. Standard library only."""
