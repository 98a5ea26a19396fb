/** An example whose steps work in a clone of the repository. */
export const jobInClone = (steps: string): string => `model:
  name: Model
  runs-on: ubuntu-latest
  timeout-minutes: 60
  permissions:
    contents: read
  steps:
    - name: Check out the repository
      uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      with:
        persist-credentials: false
${steps.replaceAll(/^(?=.)/gm, "    ")}`;
