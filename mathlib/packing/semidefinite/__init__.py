"""An interior point method for semidefinite programmes; it knows no geometry."""
