//! What stands below the arguments in `--help` and in the man page. No line is wider than a manual
//! sets it.

/// Exit codes, for shells and scripts.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    the command failed, at least in part, or the index is wrong
  2    the arguments cannot be understood
  130  ended by Ctrl-C
  141  nobody reads the output any more";

/// Libraries that do not lie on this machine.
pub(super) const ELSEWHERE: &str = "\
Libraries elsewhere:
  s3://BUCKET/PREFIX, az://CONTAINER/PREFIX, gs://BUCKET/PREFIX
    every .ism below the prefix, or the one that is named
  https://HOST/PATH/X.ism
    one presentation: web servers give no list

  The command writes nothing there, and reads only the boxes that say
  where fragments lie. The index holds the entity tags that the store
  reports, however the files were uploaded.

Keys:
  An index names files by the keys that the deployment asks its
  storage for. If these differ from the keys at the store, --root is
  removed from the front, and --as put in its place. For an entry of
  the deployment's STORES, --root is its path and --as its prefix. If
  an entry for Azure names no container, --as is the container.

    millrace publish s3://media/vod --root s3://media/vod --as old

  publishes s3://media/vod/films/x.ism as /old/films/x.ism.

Credentials, from the environment:
  s3://
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; or
    AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN; or
    AWS_CONTAINER_CREDENTIALS_FULL_URI; or the role of the machine.
    Profiles are not read.
    AWS_REGION
    AWS_ENDPOINT of a compatible store, such as
    https://ACCOUNT.r2.cloudflarestorage.com
    AWS_VIRTUAL_HOSTED_STYLE_REQUEST=true
    AWS_SKIP_SIGNATURE=true for a public bucket
    AWS_ALLOW_HTTP=true for an endpoint in the clear
  az://
    AZURE_STORAGE_ACCOUNT_NAME, and
    AZURE_STORAGE_ACCOUNT_KEY; or AZURE_STORAGE_SAS_TOKEN; or
    AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_TENANT_ID; or
    AZURE_USE_AZURE_CLI=true
    AZURE_STORAGE_ENDPOINT of another cloud
    AZURE_SKIP_SIGNATURE=true for a public container
    AZURE_ALLOW_HTTP=true for an endpoint in the clear
  gs://
    GOOGLE_SERVICE_ACCOUNT, the path of a key file; or
    GOOGLE_SERVICE_ACCOUNT_KEY, its contents; or
    GOOGLE_APPLICATION_CREDENTIALS; or the account of the machine
    GOOGLE_BASE_URL of a compatible store
    GOOGLE_SKIP_SIGNATURE=true for a public bucket
  https://, http://
    none: the files have to be public";
