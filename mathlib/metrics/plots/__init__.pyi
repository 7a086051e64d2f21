from .curves import plot_curve as plot_curve
from .partitions import plot_embedding as plot_embedding
from .partitions import plot_treemap as plot_treemap
