"""What each operation may do under each fault, and whether the evidence says that it kept to it.

The doors: `slo.contract.contract.read_contract` reads a contract file, `slo.contract.cells.contract_cells`
judges it, `slo.contract.coverage.coverage` says how much of it a run exercised. Each kind of promise is a
file of `slo.contract.promises`.
"""
