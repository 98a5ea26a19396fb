#!/usr/bin/env bash
# Runs the command below as DVC runs a stage here: with the credentials of the remote, and without the variables of
# optional secrets that are not defined.
set -euo pipefail
# include lib/dvc.sh

load_dvc_credentials
drop_empty MLFLOW_TRACKING_URI MLFLOW_TRACKING_TOKEN
