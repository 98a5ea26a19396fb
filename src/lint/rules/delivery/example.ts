/** Parts of the examples of these rules: a job that deploys to ECS as it should be done. */

const HEAD = `deploy:
  name: Deploy
  runs-on: ubuntu-latest
  environment: production
  concurrency:
    group: deploy-scoring
    cancel-in-progress: false
  timeout-minutes: 30
  permissions:
    id-token: write # to assume the role
  steps:
    - name: Log in to AWS
      uses: aws-actions/configure-aws-credentials@e7f100cf4c008499ea8adda475de1042d6975c7b # v6.2.3
      with:
        role-to-assume: arn:aws:iam::111122223333:role/deploy
        aws-region: eu-central-1
`;

/** A job of these steps, which are as they stand at its margin. */
export const deployJob = (...steps: readonly string[]): string =>
  HEAD + steps.map(step => step.replace(/^(?=.)/gm, "    ")).join("");

export const capture = `- name: Remember what runs now
  id: capture
  run: |
    arn=$(aws ecs describe-services --cluster ml --services scoring --query 'services[0].taskDefinition' --output text)
    [[ $arn == arn:* ]]
    echo "arn=$arn" >>"$GITHUB_OUTPUT"
`;

export const deploy = `- name: Deploy
  id: deploy
  run: |
    aws ecs update-service --cluster ml --service scoring --task-definition scoring:42
    aws ecs wait services-stable --cluster ml --services scoring
`;

export const smoke = `- name: Ask for its health
  id: smoke
  run: curl -fsS --retry 10 --retry-all-errors https://scoring.example.com/health
`;

export const rollback = `- name: Return to what ran before
  if: (failure() || cancelled()) && steps.deploy.outcome != 'skipped'
  env:
    PREVIOUS: \${{ steps.capture.outputs.arn }}
  run: |
    aws ecs update-service --cluster ml --service scoring --task-definition "$PREVIOUS"
    aws ecs wait services-stable --cluster ml --services scoring
`;
