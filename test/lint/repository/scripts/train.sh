#!/usr/bin/env bash
set -euo pipefail
python -m creditrisk.pipelines.train --config configs/creditrisk_pd.yaml
