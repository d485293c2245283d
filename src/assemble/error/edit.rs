//! Why the part of a track that an edit list shows cannot be sent.

use super::named::Moment;
use thiserror::Error;

/// Why the part of a track that an edit list shows cannot be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum EditError {
    /// Nothing can be decoded of what it shows.
    #[error("no sample of it is shown, or none of those that are can be decoded")]
    Nothing,
    /// It begins with a frame that other frames are needed for, which it does not show.
    #[error(
        "its edit list begins at {0}, which is not where a keyframe is shown: cut the file at one, or encode it again"
    )]
    IntoPictures(Moment),
    /// It ends while there are whole fragments to come, which players of fragmented files go on to play.
    #[error("its edit list ends at {0}, before its last fragment begins")]
    Ends(Moment),
    /// It moves text, whose times are in its documents.
    #[error("it is text, and its edit list moves it, which is served of video and audio only")]
    Text,
    /// Its times are beyond what boxes can say.
    #[error("its edit list leads to times that no box can hold")]
    TooFar,
}
