"""What there is to show: notebooks, records of runs, benchmarks, downloads and papers, as files hold them."""
